import { type Agent, artifact, completed, createReferenceServer, working } from 'a2a-await/testing';

const agent: Agent = async function* ({ message }) {
  yield working('One moment');
  yield artifact(`${message.parts.length} parts`);
  yield completed();
};

export async function statesOf(): Promise<string[]> {
  await using server = createReferenceServer({ agent, dialect: '1.0' });
  await server.fetch(server.url);
  return [...server.handlers.map(handler => handler.info.header), ...server.requests.map(({ path }) => path)];
}

// @ts-expect-error: no such dialect
createReferenceServer({ dialect: '0.2' });
