import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// What a whole notification of 1 kB costs: from a new Request, signed by HMAC, to its Response. `floor` is the least that
// anybody must do: read it, verify it with Web Crypto, parse it, answer. What the figures mean: README.md.

const { values: given } = parseArgs({
  options: { check: { type: 'boolean', default: false }, rounds: { type: 'string', default: '60' } },
});

const dist = new URL('../dist/node/webhook/index.js', import.meta.url);
if (!existsSync(fileURLToPath(dist))) throw new Error('There is no dist/: build first.');
const { createWebhookReceiver, hmac, signPayload } = await import(dist.href);
const { Webhook: Standard } = await import('standardwebhooks').catch(notInstalled);
const { Webhook: Svix } = await import('svix').catch(notInstalled);

function notInstalled() {
  throw new Error('Install what is compared first: npm ci in bench/.');
}

const url = 'https://app.example/a2a';
const secret = 'a secret that both sides know';
const standardSecret = Buffer.from(secret).toString('base64');
/** Requests of one contestant in one turn. */
const turn = 50;
const allowed = 2;

/** A status of about 1 kB, another one each time. */
function bodyOf(nth) {
  const text = 'The report is coming along. '.repeat(27);
  const message = { messageId: `m-${nth}`, role: 'ROLE_AGENT', parts: [{ text }] };
  const timestamp = new Date(1.7e12 + nth).toISOString();
  return JSON.stringify({
    statusUpdate: {
      taskId: 'task-1',
      contextId: 'context-1',
      status: { state: 'TASK_STATE_WORKING', timestamp, message },
    },
  });
}

const type = { 'content-type': 'application/json' };

async function signed(body) {
  return { body, headers: { ...type, 'x-webhook-signature': await signPayload(body, secret) } };
}

async function signedAsStandard(body) {
  const date = new Date();
  const timestamp = String(Math.floor(date.getTime() / 1_000));
  const id = crypto.randomUUID();
  const signature = new Standard(standardSecret).sign(id, date, body);
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  return { body, headers: { ...type, ...headers } };
}

const key = await crypto.subtle.importKey(
  'raw',
  Buffer.from(secret),
  { name: 'HMAC', hash: 'SHA-256' },
  false,
  ['verify'],
);

async function floor(request) {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const signature = Buffer.from(request.headers.get('x-webhook-signature').slice('sha256='.length), 'hex');
  if (!(await crypto.subtle.verify('HMAC', key, signature, bytes)))
    return new Response(null, { status: 401 });
  JSON.parse(new TextDecoder().decode(bytes));
  return new Response(null, { status: 204 });
}

function ours(verifier) {
  const limits = { rate: 1e9, burst: 1e9 };
  const receiver = createWebhookReceiver({ url, shared: verifier, limits });
  return request => receiver.handle(request);
}

/** Verifies and parses; the rest is left to the application. */
const library = webhook => async request => {
  const body = await request.text();
  webhook.verify(body, Object.fromEntries(request.headers));
  return new Response(null, { status: 204 });
};

const standardScheme = {
  header: 'webhook-signature',
  prefix: 'v1,',
  encoding: 'base64',
  timestampHeader: 'webhook-timestamp',
  idHeader: 'webhook-id',
};

const contestants = {
  floor: { sign: signed, handle: floor },
  ours: { sign: signed, handle: ours(hmac({ secret })) },
  'ours, Standard Webhooks': {
    sign: signedAsStandard,
    handle: ours(hmac({ secret: Buffer.from(secret), ...standardScheme })),
  },
  'standardwebhooks, verify and parse': {
    sign: signedAsStandard,
    handle: library(new Standard(standardSecret)),
  },
  'svix, verify and parse': { sign: signedAsStandard, handle: library(new Svix(standardSecret)) },
};

let nth = 0;

/** µs a notification. */
async function takeTurn({ sign, handle }) {
  const sent = [];
  for (let count = 0; count < turn; count += 1) sent.push(await sign(bodyOf(nth++)));
  const begun = performance.now();
  for (const { body, headers } of sent) {
    const { status } = await handle(new Request(url, { method: 'POST', headers, body }));
    if (status !== 204) throw new Error(`The answer was ${status}.`);
  }
  return ((performance.now() - begun) * 1_000) / turn;
}

const rounds = Number(given.rounds);
const times = Object.fromEntries(Object.keys(contestants).map(name => [name, []]));
// The first third compiles the code, and is not counted. They take turns: whatever slows the machine slows all.
for (let round = -Math.ceil(rounds / 3); round < rounds; round += 1) {
  for (const [name, contestant] of Object.entries(contestants)) {
    const time = await takeTurn(contestant);
    if (round >= 0) times[name].push(time);
  }
}

const quantile = (values, share) =>
  values.toSorted((one, other) => one - other)[Math.floor(share * (values.length - 1))];
let ratioOfOurs = 0;
for (const [name, values] of Object.entries(times)) {
  const ratios = values.map((value, round) => value / times.floor[round]);
  const [low, median, high] = [0.25, 0.5, 0.75].map(share => quantile(ratios, share));
  if (name === 'ours') ratioOfOurs = median;
  const shown = `${median.toFixed(2)} × floor (${low.toFixed(2)}–${high.toFixed(2)})`;
  console.log(`${name.padEnd(36)} ${quantile(values, 0.5).toFixed(1).padStart(7)} µs  ${shown}`);
}

if (given.check && ratioOfOurs > allowed) {
  console.error(`✗ ours is ${ratioOfOurs.toFixed(2)} × the floor, allowed are ${allowed}.`);
  process.exitCode = 1;
}
