// What both JavaScript peers share: the port, the record of requests, and the end.
import { Console } from 'node:console';
import { once } from 'node:events';
import { createServer } from 'node:http';

// Only our lines go to stdout; whatever an SDK logs goes to stderr.
globalThis.console = new Console(process.stderr);

/** Serves `build(url)` on 127.0.0.1 at the port of the command line (0 or none: any free one). */
export async function serve(build) {
  const server = createServer();
  server.listen(Number(process.argv[2] ?? 0), '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  // The card must name the port, so the app can only be built once the port is known.
  const app = build(url);
  server.on('request', (request, response) => {
    record(request);
    app(request, response);
  });

  // A closed stdin means the test that started us is gone.
  process.stdin.resume().on('end', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  print({ ready: true, url });
}

/** Prints the request as soon as its body is in, without taking a byte away from the SDK that reads it. */
function record(request) {
  const chunks = [];
  // Express shortens it on the way to a mounted handler.
  const { method, url: path } = request;
  const push = request.push;
  request.push = chunk => {
    if (chunk === null) {
      const body = parse(Buffer.concat(chunks).toString());
      print({ request: { method, path, headers: request.headers, body } });
    } else {
      chunks.push(Buffer.from(chunk));
    }
    return push.call(request, chunk);
  };
}

function parse(text) {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
