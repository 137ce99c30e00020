// The contract served by Fastify with fastify-openapi-glue, as its users write it.
import { createVerifier } from "fast-jwt";
import Fastify from "fastify";
import openapiGlue from "fastify-openapi-glue";

const [specification, port, secret] = process.argv.slice(2);
const verify = createVerifier({ key: secret, algorithms: ["HS256"] });
const app = Fastify();

app.setErrorHandler((error, request, reply) => {
  const status = error.statusCode ?? 500;
  if (status === 401) reply.header("WWW-Authenticate", "Bearer");
  reply.code(status).send({ success: false, error: error.message, code: status === 401 ? "UNAUTHORIZED" : "FAILED" });
});

await app.register(openapiGlue, {
  specification,
  serviceHandlers: {
    async get_calls_providers() {
      return { provider: "sinch", phoneNumber: "+14165550100" };
    },
  },
  securityHandlers: {
    bearerAuth(request) {
      const [scheme, token] = (request.headers.authorization ?? "").split(" ");
      if (scheme.toLowerCase() !== "bearer") throw new Error("no bearer token");
      verify(token);
    },
  },
});
await app.listen({ host: "127.0.0.1", port: Number(port) });
