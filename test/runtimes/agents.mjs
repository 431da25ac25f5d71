// Agents on loopback, each on a port of its own, from the package as the application has installed it. Writes where they
// are as one line of JSON, and ends with its standard input.
import { createServer } from 'node:http';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';

/** Prints pages; mirrors parts; works all night where it is asked to. */
async function* agent(turn) {
  yield working();
  if (turn.text === 'mirror') return yield artifact(turn.message.parts.slice(1));
  await turn.sleep(turn.text === 'all night' ? 3_600_000 : 250);
  yield artifact('Printed: ', { artifactId: 'page', lastChunk: false });
  yield artifact(turn.text, { artifactId: 'page', append: true });
}

const rest = ['HTTP+JSON'];
const kinds = {
  v1: {},
  v03: { dialect: '0.3' },
  praison: { dialect: 'praison' },
  'v1-rest': { bindings: rest },
  'v03-rest': { dialect: '0.3', bindings: rest },
  // In the middle of the first artifact, which comes a while after the events before it: what a browser has received and
  // the page has not yet read is lost with the connection.
  cut: { cutStream: ({ nth }) => (nth % 2 === 1 ? { afterBytes: 850 } : undefined) },
  guarded: { auth: { bearer: 'token-2' } },
  silent: { fault: ({ operation }) => (operation === 'get' ? 'hang' : undefined) },
  busy: {
    fault: ({ operation, nth }) =>
      operation === 'get' && nth === 1 ? { status: 503, retryAfter: 1 } : undefined,
  },
  notifying: { push: { allowPrivate: true } },
  // The README's.
  readme: { agent: readmeAgent },
  // Of an owner who has not thought of pages.
  'no-cors': {},
  // Which the policy of the page does not name.
  forbidden: {},
};

async function* readmeAgent(turn) {
  yield working();
  await turn.sleep(900);
  yield artifact(`Here is ${turn.text.replace('Write ', '')}.`);
}

const servers = {};
const urls = {};
for (const [name, options] of Object.entries(kinds)) {
  servers[name] = createReferenceServer({ agent, ...options });
  const { url } = await listen(servers[name], { cors: name !== 'no-cors' });
  urls[name] = url;
}

/** Notifications, as they came. */
const inbox = [];

// What the agents saw, and what they sent.
const desk = createServer(async (request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  const { pathname } = new URL(request.url, 'http://desk');
  if (request.method === 'POST') {
    let body = '';
    for await (const chunk of request) body += chunk;
    inbox.push({ path: pathname, headers: request.headers, body });
    response.writeHead(204).end();
  } else if (pathname === '/inbox') {
    response.end(JSON.stringify(inbox));
  } else {
    const { openStreams, requests } = servers[pathname.slice(1)];
    const seen = requests.map(({ method, path, operation, headers }) => ({
      method,
      path,
      operation,
      headers,
    }));
    response.end(JSON.stringify({ openStreams, requests: seen }));
  }
});
await new Promise(resolve => desk.listen(0, '127.0.0.1', resolve));
console.log(JSON.stringify({ ...urls, desk: `http://127.0.0.1:${desk.address().port}` }));
process.stdin.resume().on('end', () => process.exit());
