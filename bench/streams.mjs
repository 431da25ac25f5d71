import { contest, measure } from './contestant.mjs';

await contest(async ({ readStream }, { lengths, times }) => {
  async function read(stream, count) {
    for (let reading = 0; reading < count; reading += 1) {
      const events = await readStream(stream);
      if (events !== lengths[stream]) throw new Error(`${events} of ${lengths[stream]} events came.`);
    }
  }

  const measured = {};
  for (const [stream, count] of Object.entries(times)) {
    // Compiles the code and opens the connection.
    await read(stream, count / 4);
    measured[stream] = await measure(count, () => read(stream, count));
  }
  return measured;
});
