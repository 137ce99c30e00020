// What happens in the mock, as it happens; a mock that goes away is waited for.

const RETRY = 1000;

/**
 * Listen to the mock until the page closes.
 *
 * `opened` is called whenever a connection is there, which is when all has to be read anew; `lost` when it is gone;
 * `request` with each logged request; `changed` when the state is another.
 */
export function listen({ opened, lost, request, changed }) {
  let source;
  let retry;
  const connect = () => {
    clearTimeout(retry);
    source?.close();
    source = new EventSource("/__mock/events");
    source.addEventListener("open", opened);
    source.addEventListener("request", (event) => request(JSON.parse(event.data)));
    source.addEventListener("state", changed);
    // Left to itself a browser waits longer, and gives up on an answer that is no stream.
    source.addEventListener("error", () => {
      source.close();
      lost();
      retry = setTimeout(connect, RETRY);
    });
  };
  connect();
  return connect;
}
