// The contract served by Express with express-openapi-validator, as its users write it.
import express from "express";
import { middleware } from "express-openapi-validator";
import jwt from "jsonwebtoken";

const [apiSpec, port, secret] = process.argv.slice(2);
const app = express();

app.use(
  middleware({
    apiSpec,
    validateResponses: true,
    validateSecurity: {
      handlers: {
        bearerAuth(request) {
          jwt.verify(request.headers.authorization.slice("Bearer ".length), secret, { algorithms: ["HS256"] });
          return true;
        },
      },
    },
  }),
);
app.get("/api/calls/providers", (request, response) => {
  response.json({ provider: "sinch", phoneNumber: "+14165550100" });
});
app.use((error, request, response, next) => {
  const status = error.status ?? 500;
  if (error.headers) response.set(error.headers);
  if (status === 401) response.set("WWW-Authenticate", "Bearer");
  response.status(status).json({ success: false, error: error.message, code: "FAILED" });
});
app.listen(Number(port), "127.0.0.1");
