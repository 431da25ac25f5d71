// What the agent says, always the same.

export const task = {
  id: '6f0e7d52-6d2c-4a55-9a3b-0d8f6f1f2c11',
  contextId: '0b7a3f0e-1c39-4c61-8f58-5a1d2ce9b7aa',
  status: {
    state: 'TASK_STATE_WORKING',
    timestamp: '2026-01-15T10:00:03.250Z',
    message: {
      messageId: 'd6d9a1be-6d0b-4a7e-8a1a-2f1f0f9f6f01',
      role: 'ROLE_AGENT',
      parts: [{ text: 'Reading the third of five sources; two chapters are drafted.' }],
    },
  },
  artifacts: [
    {
      artifactId: '9a4c2b60-5a53-4f7a-9d0e-b7a5f4b0c3d2',
      name: 'report.md',
      parts: [
        { text: '# Report\n\nThe first chapter describes what was asked, and of whom.' },
        { data: { chapters: 5, drafted: 2, sources: ['one', 'two', 'three'] } },
      ],
    },
  ],
  history: [
    {
      messageId: '3f2c8d9e-0e1b-4b7c-9f65-1d2e3f4a5b6c',
      role: 'ROLE_USER',
      parts: [{ text: 'Write the report about the five sources, with a summary at the end.' }],
    },
    {
      messageId: '8b1d7f3a-4c5e-4d6f-8a9b-0c1d2e3f4a5b',
      role: 'ROLE_AGENT',
      parts: [{ text: 'I shall read them first, and then write a chapter on each.' }],
      metadata: { model: 'replay', tokens: 412 },
    },
  ],
  metadata: { priority: 'normal' },
};

const { id: taskId, contextId } = task;
const artifactId = '5d0c7a52-3c3f-4a0e-9b57-2f1f6a3f4d10';

const status = (state, text) => ({
  statusUpdate: {
    taskId,
    contextId,
    status: {
      state,
      timestamp: '2026-01-15T10:00:03.250Z',
      ...(text && { message: { messageId: `said-${text.length}`, role: 'ROLE_AGENT', parts: [{ text }] } }),
    },
  },
});

const chunk = (text, append) => ({
  artifactUpdate: {
    taskId,
    contextId,
    artifact: { artifactId, name: 'report.md', parts: [{ text }] },
    append,
  },
});

const sentences = [
  'The second source says the same, “more or less”, on page [12].',
  'Nothing in it is new; what it leaves out is more telling.\n\n',
  '| year | pages | cited |\n|---|---|---|\n| 2024 | 212 | 14 |\n',
  'See the [third source](https://sources.example/3), in its own words: ',
  '```json\n{ "draft": { "chapters": [1, 2, { "three": false }] } }\n```\n',
];

/** Events of 250 to 400 bytes: mostly chunks of a text, now and then what the agent is at. */
const many = [
  { task },
  ...Array.from({ length: 4_998 }, (_, index) =>
    index % 25 === 0
      ? status('TASK_STATE_WORKING', `Writing: ${index} pieces are done.`)
      : chunk(sentences[index % sentences.length], index > 1),
  ),
  status('TASK_STATE_COMPLETED'),
];

/** A text of 3 MB in each of five events. */
const page = sentences.join('');
const book = page.repeat(3_000_000 / page.length);
const large = [
  { task },
  ...Array.from({ length: 5 }, (_, index) => chunk(book, index > 0)),
  status('TASK_STATE_COMPLETED'),
];

/** Room for the id of any request: a UUID in quotes. JSON does not mind spaces. */
const room = 38;

/** The bytes of a stream, in which only the request's id is put in when asked: a client must have read the last one. */
function prebuild(events) {
  const head = 'data: {"jsonrpc":"2.0","id":';
  const places = [];
  const pieces = [];
  let length = 0;
  for (const event of events) {
    const piece = Buffer.from(`${head}${' '.repeat(room)},"result":${JSON.stringify(event)}}\n\n`);
    places.push(length + head.length);
    pieces.push(piece);
    length += piece.length;
  }
  const bytes = Buffer.concat(pieces);
  return id => {
    const filling = Buffer.from(JSON.stringify(id).padEnd(room));
    for (const place of places) bytes.set(filling, place);
    return bytes;
  };
}

/** By the word that asks for it. */
export const streams = { many: prebuild(many), large: prebuild(large) };
export const lengths = { many: many.length, large: large.length };
