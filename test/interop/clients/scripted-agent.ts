import {
  type Agent,
  type AgentTurn,
  artifact,
  failed,
  inputRequired,
  type ReceivedRequest,
  rejected,
  reply,
  working,
} from 'a2a-await/testing';

/**
 * What the clients' stories are about: an agent that does what the first word of a message says. Instead of working
 * for a while it works until its server was asked for something: `until GetTask 1`.
 */
export function scriptedAgent(requests: () => readonly ReceivedRequest[]): Agent {
  return async function* (turn) {
    if (turn.task) {
      yield artifact(`Booked for ${turn.text}`);
      return;
    }
    const [word = '', method = '', times = '1'] = turn.text.split(' ');
    if (word === 'hello') yield reply('Hello to you');
    if (word === 'crash') throw new Error('The press is jammed');
    yield working('At work');
    if (word === 'ask') yield inputRequired('Which day?');
    if (word === 'fail') yield failed('Out of ink');
    if (word === 'refuse') yield rejected('Not today');
    if (word === 'hold') await turn.sleep(60_000);
    if (word === 'until') await asked(turn, requests, method, Number(times));
    if (word === 'echo') yield artifact(turn.message.parts, { name: 'echo' });
    else yield artifact(`Report for: ${turn.text}`, { artifactId: 'report', name: 'report' });
  };
}

/** Resolves when the server was asked for that method about this task so many times. */
async function asked(
  { taskId, sleep }: AgentTurn,
  requests: () => readonly ReceivedRequest[],
  method: string,
  times: number,
): Promise<void> {
  const count = () =>
    requests().filter(
      ({ rpcMethod, path, body }) =>
        rpcMethod === method && JSON.stringify([path, body ?? null]).includes(taskId),
    ).length;
  while (count() < times) await sleep(5);
}
