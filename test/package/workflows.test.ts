import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}.github/workflows/`;

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  permissions?: Record<string, string>;
  needs?: string;
  uses?: string;
  steps?: Step[];
}
interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

/** @throws where it is no YAML, or has a key twice */
function workflow(file: string): Workflow {
  const document = parseDocument(readFileSync(folder + file, 'utf8'));
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw problem;
  return document.toJS() as Workflow;
}

const files = readdirSync(folder);

describe.each(files)('%s', file => {
  const { jobs, permissions } = workflow(file);
  const steps = Object.values(jobs).flatMap(job => job.steps ?? []);

  test('uses actions of one major version, and workflows that are there', () => {
    const used = [...Object.values(jobs), ...steps].flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const each of used) {
      if (each.startsWith('./')) expect(statSync(root + each).isFile()).toBe(true);
      else expect(each).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    }
  });

  test('runs scripts of package.json, and files that can be run', () => {
    const { version, publish } = Object.assign({}, ...steps.map(step => step.with ?? {}));
    const commands = [...steps.map(({ run }) => run), version, publish].filter(
      command => command !== undefined,
    );
    for (const command of commands) {
      const script = /^npm run (\S+)/.exec(command)?.[1];
      if (script) expect(Object.keys(manifest.scripts)).toContain(script);
      else if (!command.startsWith('npm ci ')) expect(statSync(root + command).mode & 0o111).not.toBe(0);
    }
  });

  test('has jobs that wait for jobs which there are', () => {
    const needed = Object.values(jobs).flatMap(({ needs }) => needs ?? []);
    expect(Object.keys(jobs)).toEqual(expect.arrayContaining(needed));
  });

  test('gives every job no more than reading, but for the one that releases', () => {
    for (const [name, job] of Object.entries(jobs)) {
      const given = Object.entries(job.permissions ?? permissions).filter(([, access]) => access !== 'read');
      const releasing = { contents: 'write', 'pull-requests': 'write', 'id-token': 'write' };
      expect(Object.fromEntries(given)).toEqual(name === 'release' ? releasing : {});
    }
  });
});

test('CI is the script that runs here too, and what is released has passed it', () => {
  expect(workflow('ci.yml').jobs['run']?.steps?.at(-1)?.run).toBe('.ci/run');
  const { ci, release } = workflow('release.yml').jobs;
  expect(ci?.uses).toBe('./.github/workflows/ci.yml');
  expect(release?.needs).toBe('ci');
  expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
});
