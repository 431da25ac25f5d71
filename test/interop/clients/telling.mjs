// What both JavaScript clients share: what they are given, how they find their SDK, and what they print.
import { Console } from 'node:console';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

// Only our lines go to stdout; whatever an SDK logs goes to stderr.
globalThis.console = new Console(process.stderr);

/** From where the peers are installed; these scripts lie elsewhere. */
export const load = createRequire(new URL('../peers/', import.meta.url));

/** ms for each story: one that hangs must not keep the others from being told. */
const patience = 5000;

/**
 * Runs the stories of each server on the command line, and prints what the client saw of each, or the error.
 *
 * @param storiesOf given a server, `{ binding, url, hook }`, connects a client and returns its stories by name
 */
export async function tell(storiesOf) {
  for (const server of JSON.parse(process.argv[2])) {
    const { binding } = server;
    for (const [story, run] of Object.entries(await storiesOf(server))) {
      const late = sleep(patience, undefined, { ref: false }).then(() => {
        throw new Error(`the story took longer than ${patience} ms`);
      });
      try {
        print({ binding, story, saw: await Promise.race([run(), late]) });
      } catch (error) {
        console.error(error);
        print({ binding, story, error: describe(error) });
      }
    }
  }
  process.stdout.write('', () => process.exit(0));
}

/** What a call was refused with; one that was not is worth an error of its own. */
export async function refusal(call) {
  const answer = await call.then(
    value => ({ value }),
    error => ({ error }),
  );
  if ('value' in answer) throw new Error(`not refused: ${JSON.stringify(answer.value)}`);
  return describe(answer.error);
}

export async function all(stream, write) {
  const events = [];
  for await (const event of stream) events.push(write(event));
  return events;
}

/** Leaves the stream after its first event. */
export async function firstOf(stream) {
  for await (const event of stream) return event;
  throw new Error('the stream had no event');
}

function describe(error) {
  return { name: error.constructor.name, message: error.message };
}

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
