import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cyclesOf, type Rooms, violationsOf } from './architecture.js';

// The one place where the arrows are written down. Data goes client → dialects → transport and comes back the same
// way; waiting only ever asks a source; the reference server must not agree with the client by sharing its code.
const rooms: Rooms = {
  model: {},
  errors: { types: ['model'] },
  time: { rooms: ['errors'] },
  dialects: { rooms: ['model', 'errors'] },
  transport: { rooms: ['errors', 'time'], packages: [] },
  wait: { rooms: ['model', 'time', 'errors'] },
  client: { rooms: ['model', 'errors', 'time', 'dialects', 'transport', 'wait'] },
  adaptive: {
    rooms: ['model', 'errors', 'time', 'wait', 'client'],
    types: ['webhook'],
  },
  signatures: { rooms: ['model', 'errors', 'dialects'], packages: ['jose', 'canonicalize'] },
  webhook: { rooms: ['model', 'errors', 'time', 'dialects'], packages: ['jose'] },
  redis: { rooms: ['errors', 'time'], types: ['webhook'] },
  testing: { rooms: ['time'], types: ['model'], packages: ['msw', 'ky'] },
  // index.ts
  '': { rooms: ['model', 'errors', 'time', 'dialects', 'transport', 'wait', 'client', 'adaptive'] },
};

const folder = fileURLToPath(new URL('../../src', import.meta.url));
const sources = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]),
);

describe('src', () => {
  test('is looked at as a whole', () => {
    expect([...sources.keys()]).toEqual(
      expect.arrayContaining(['index.ts', 'client/client.ts', 'testing/node.ts', 'wait/wait.ts']),
    );
    const found = new Set([...sources.keys()].map(path => (path.includes('/') ? path.split('/')[0] : '')));
    expect([...found].sort()).toEqual(Object.keys(rooms).sort());
  });

  test('imports only along the arrows, keeps Node in node.ts and has no default exports', () => {
    expect(violationsOf(sources, rooms)).toEqual([]);
  });

  test('has no files that import each other in a circle', () => {
    expect(cyclesOf(sources)).toEqual([]);
  });
});

describe('the check itself', () => {
  const files = {
    'client/a.ts': 'export const a = 1;',
    'model/task.ts': 'export interface Task { id: string }\nexport const isTask = true;',
    'signatures/a.ts': 'export const a = 1;',
    'testing/a.ts': 'export const a = 1;',
    'wait/a.ts': 'export const a = 1;',
    'webhook/a.ts': 'export const a = 1;',
  };
  const planted = (path: string, text: string) =>
    violationsOf(new Map(Object.entries({ ...files, [path]: text })), rooms);

  test.each([
    ['wait/b.ts', `import { a } from '../client/a.js';`, 'imports client/a.ts'],
    ['wait/b.ts', `import type { a } from '../client/a.js';`, 'imports client/a.ts'],
    ['wait/b.ts', `export { a } from '../client/a.js';`, 'imports client/a.ts'],
    ['wait/b.ts', `export * from '../client/a.js';`, 'imports client/a.ts'],
    ['wait/b.ts', `const late = import('../client/a.js');`, 'imports client/a.ts'],
    ['wait/b.ts', `let a: import('../client/a.js').a;`, 'imports client/a.ts'],
    ['testing/b.ts', `import { a } from '../wait/a.js';`, 'imports wait/a.ts'],
    [
      'testing/b.ts',
      `import { isTask } from '../model/task.js';`,
      'imports more than types of model/task.ts',
    ],
    [
      'testing/b.ts',
      `import { type Task } from '../model/task.js';`,
      'imports more than types of model/task.ts',
    ],
    ['index.ts', `export { a } from './testing/a.js';`, 'imports testing/a.ts'],
    ['index.ts', `export { a } from './signatures/a.js';`, 'imports signatures/a.ts'],
    ['wait/b.ts', `import { a } from './missing.js';`, 'imports ./missing.js, which is no file of src'],
    ['wait/b.ts', `import ky from 'ky';`, 'imports the package ky'],
    ['dialects/b.ts', `import * as z from 'zod/mini';`, 'imports the package zod/mini'],
    ['client/b.ts', `import { importJWK } from 'jose';`, 'imports the package jose'],
    ['testing/b.ts', `import { readFile } from 'node:fs';`, 'imports node:fs'],
    ['model/b.ts', `export const home = process.env;`, 'uses process'],
    ['model/b.ts', `export const bytes = Buffer.from('');`, 'uses Buffer'],
    ['model/b.ts', `export default 1;`, 'has a default export'],
    ['model/b.ts', `export default function b() {}`, 'has a default export'],
    ['model/b.ts', `const b = 1;\nexport { b as default };`, 'has a default export'],
    ['redis/b.ts', `import { createClient } from 'redis';`, 'imports the package redis'],
    ['elsewhere/b.ts', `import { a } from '../wait/a.js';`, 'the room "elsewhere" has no rule'],
    ['webhook/b.ts', `import { a } from '../client/a.js';`, 'imports client/a.ts'],
    ['index.ts', `export { a } from './webhook/a.js';`, 'imports webhook/a.ts'],
  ])('in %s reports %s', (path, text, why) => {
    expect(planted(path, text)).toEqual([`${path}: ${why}`]);
  });

  test.each([
    ['testing/b.ts', `import { http } from 'msw';`],
    ['testing/b.ts', `import ky from 'ky';`],
    ['wait/b.ts', `import { a } from './a.js';`],
    ['testing/b.ts', `import type { Task } from '../model/task.js';`],
    ['testing/node.ts', `import { createServer } from 'node:http';\nexport const bytes = Buffer.from('');`],
    ['model/b.ts', `export const run = (job: { process: number }) => job.process;`],
  ])('in %s allows %s', (path, text) => {
    expect(planted(path, text)).toEqual([]);
  });

  test('reports a circle, however long', () => {
    const circle = new Map([
      ['a.ts', `import './b.js';`],
      ['b.ts', `import type { C } from './c.js';`],
      ['c.ts', `export * from './a.js';`],
      ['d.ts', `import './a.js';`],
    ]);
    expect(cyclesOf(circle)).toEqual(['a.ts → b.ts → c.ts → a.ts']);
  });
});
