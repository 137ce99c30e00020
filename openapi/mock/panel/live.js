// The events of the mock, live; reconnects when the connection is lost.

const RETRY = 1000;

/**
 * Listen to the mock until the page closes.
 *
 * `opened` is called after each connect, when everything must be read again; `lost` when the connection is lost;
 * `request` with each logged request; `changed` when the state has changed.
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
    // Browsers wait longer before they reconnect, and give up if the answer is not a stream.
    source.addEventListener("error", () => {
      source.close();
      lost();
      retry = setTimeout(connect, RETRY);
    });
  };
  connect();
  return connect;
}
