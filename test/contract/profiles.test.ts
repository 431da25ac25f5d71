import { beforeAll, describe, expect, test } from 'vitest';
import { namesOnDisk } from './capture.js';
import { recordings } from './profiles/recordings.js';
import { type Differences, replayed } from './profiles/replay.js';

/** Captures that our server answers otherwise, and why it may. A difference that is gone has to go from here. */
const known: Readonly<Record<string, string>> = {};

const names = namesOnDisk();

test('every folder of captures has its profile', () => {
  const folders = new Set(names.map(name => name.split('/')[0]));
  expect(recordings.flatMap(({ folders }) => folders).sort()).toEqual([...folders].sort());
  expect(Object.keys(known).filter(name => !names.includes(name))).toEqual([]);
});

for (const recording of recordings) {
  const { profile, dialect } = recording.options;
  describe(`profile ${profile}${dialect ? ` with dialect ${dialect}` : ''} answers as recorded:`, () => {
    let differences: Differences = new Map();

    beforeAll(async () => {
      differences = await replayed(recording);
    });

    const captures = names.filter(name => recording.folders.some(folder => name.startsWith(`${folder}/`)));
    test.each(captures)('%s', name => {
      const reason = known[name];
      if (reason === undefined) expect(differences.get(name)).toEqual([]);
      else expect(differences.get(name), reason).not.toEqual([]);
    });
  });
}

test.each(recordings)('without the profile of $options, something is answered otherwise', async recording => {
  const { bindings } = recording.options;
  const [folder = ''] = recording.folders;
  const dialect = folder.startsWith('praison') ? 'praison' : folder.endsWith('v1') ? '1.0' : '0.3';
  const differences = await replayed({ ...recording, options: { dialect, ...(bindings && { bindings }) } });
  expect([...differences.values()].flat()).not.toEqual([]);
});
