import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const entries = Object.keys(manifest.exports)
  .filter(path => path !== './package.json')
  .map(path => path.replace('.', 'a2a-await'));

/** Runs a file on this Node; says nothing of its own. */
async function outputOf(
  folder: string,
  file: string,
  code: string,
): Promise<{ stdout: string; stderr: string }> {
  await writeFile(join(folder, file), code);
  // Warnings that somebody has switched off would be seen by others.
  const env = { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '' };
  return run(process.execPath, [join(folder, file)], { cwd: folder, env });
}

test('every entry is the same by require() as by import(), without a warning and without a default', async () => {
  const code = `
    (async () => {
      for (const entry of ${JSON.stringify(entries)}) {
        const required = require(entry);
        const imported = await import(entry);
        const same = Object.keys(imported).every(name => imported[name] === required[name]);
        console.log(entry, same && Object.keys(required).join() === Object.keys(imported).join(), 'default' in imported);
      }
    })();`;
  const { stdout, stderr } = await outputOf(inject('withPeers'), 'required.cjs', code);
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual(entries.map(entry => `${entry} true false`));
});

test('require() is enough to get a result', async () => {
  const code = `
    const { A2AClient, textOf } = require('a2a-await');
    const { completed, createReferenceServer } = require('a2a-await/testing');
    const server = createReferenceServer({ agent: () => [completed('Here you are')] });
    new A2AClient(server.url, { fetch: server.fetch }).run('Hello').then(done => console.log(textOf(done)));`;
  const { stdout, stderr } = await outputOf(inject('withPeers'), 'result.cjs', code);
  expect({ stdout, stderr }).toEqual({ stdout: 'Here you are\n', stderr: '' });
});

test('what needs no peer runs where none is installed', async () => {
  const code = `
    import * as main from 'a2a-await';
    import * as redis from 'a2a-await/redis';
    import * as webhook from 'a2a-await/webhook';
    import * as node from 'a2a-await/webhook/node';
    console.log([main, redis, webhook, node].every(each => Object.keys(each).length > 0));`;
  expect(await outputOf(inject('alone'), 'alone.mjs', code)).toEqual({ stdout: 'true\n', stderr: '' });
});

test.each([
  ['a2a-await/signatures', /canonicalize|jose/],
  ['a2a-await/webhook/jwks', /jose/],
  ['a2a-await/testing', /msw/],
])('%s says which peer is missing where none is', async (entry, peer) => {
  const code = `import(${JSON.stringify(entry)}).catch(error => console.log(error.code, error.message.split(' imported')[0]))`;
  const { stdout } = await outputOf(inject('alone'), 'missing.mjs', code);
  expect(stdout).toMatch(/^ERR_MODULE_NOT_FOUND/);
  expect(stdout).toMatch(peer);
});

test('the command is installed, and serves', async () => {
  const folder = inject('withPeers');
  const command = join(folder, 'node_modules/.bin/a2a-await-reference');
  const child = spawn(process.execPath, [command, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  try {
    const [url] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), closed]);
    const card = await fetch(new URL('.well-known/agent-card.json', `${url}/`));
    expect(await card.json()).toMatchObject({ name: expect.any(String) });
  } finally {
    child.kill();
    await closed;
  }
});
