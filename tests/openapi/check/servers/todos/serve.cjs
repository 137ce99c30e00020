// LoopBack's example application on a port, as its own acceptance tests start it: with a geocoder that asks no server.
const { TodoListApplication } = require("@loopback/example-todo");

async function serve(port) {
  const app = new TodoListApplication({ rest: { host: "127.0.0.1", port } });
  await app.boot();
  app.bind("services.Geocoder").to({ geocode: async () => [{ x: -74, y: 40.7 }] });
  await app.start();
}

serve(Number(process.argv[2]));
