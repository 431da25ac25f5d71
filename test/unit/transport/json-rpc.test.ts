import { describe, expect, it } from 'vitest';
import { readRpcAnswer, writeRpcRequest } from '../../../src/transport/json-rpc.js';

const read = (value: unknown, id = 'id-1') => readRpcAnswer(value, id, 'GetTask');

describe('a JSON-RPC answer', () => {
  it.each([
    ['as the specification has it', { jsonrpc: '2.0', id: 'id-1', result: { a: 1 } }, { a: 1 }],
    ['without a version', { id: 'id-1', result: { a: 1 } }, { a: 1 }],
    ['without an id', { jsonrpc: '2.0', result: { a: 1 } }, { a: 1 }],
    ['with an error of null beside it', { jsonrpc: '2.0', id: 'id-1', result: 1, error: null }, 1],
    ['with a result of null', { jsonrpc: '2.0', id: 'id-1', result: null }, null],
    ['with nothing to say', { jsonrpc: '2.0', id: 'id-1' }, undefined],
  ])('is read %s', (_, value, expected) => {
    expect(read(value).result).toEqual(expected);
    expect(read(value).error).toBeUndefined();
  });

  it('may have made a number of a numeric id', () => {
    expect(read({ jsonrpc: '2.0', id: 7, result: 1 }, '7').result).toBe(1);
  });

  it.each([
    [
      'as the specification has it',
      { jsonrpc: '2.0', id: 'id-1', error: { code: -1, message: 'no' } },
      { code: -1, message: 'no' },
    ],
    [
      'with data',
      { jsonrpc: '2.0', id: 'id-1', error: { code: -1, message: 'no', data: [1] } },
      { code: -1, message: 'no', data: [1] },
    ],
    ['without an id', { jsonrpc: '2.0', error: { code: -1, message: 'no' } }, { code: -1, message: 'no' }],
    [
      'with an id of null',
      { jsonrpc: '2.0', id: null, error: { code: -1, message: 'no' } },
      { code: -1, message: 'no' },
    ],
    ['as a mere string', { error: 'no' }, { code: -32603, message: 'no' }],
    ['with a code in words', { error: { code: '-32001', message: 'no' } }, { code: -32001, message: 'no' }],
    ['with nothing in it', { error: {} }, { code: -32603 }],
    ['with parts of the wrong kind', { error: { code: {}, message: 5 } }, { code: -32603 }],
  ])('holds an error %s', (_, value, expected) => {
    expect(read(value).error).toMatchObject(expected);
    expect(read(value).error?.message).toBeTypeOf('string');
    expect(read(value).result).toBeUndefined();
  });

  it.each([
    ['null', null],
    ['a string', 'hello'],
    ['a number', 5],
    ['a list', []],
    ['a batch', [{ jsonrpc: '2.0', id: 'id-1', result: 1 }]],
    ['an empty object', {}],
    ['a task without its envelope', { id: 'id-1', status: { state: 'completed' } }],
    ['one to another request', { jsonrpc: '2.0', id: 'id-2', result: 1 }],
    ['one to a request whose id was null', { jsonrpc: '2.0', id: null, result: 1 }],
  ])('is not %s', (_, value) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ name: 'ResponseFormatError' }));
  });
});

it('a JSON-RPC request has the four members of the specification and no other', () => {
  expect(JSON.parse(writeRpcRequest('id-1', 'GetTask', { id: 'task-1' }))).toEqual({
    jsonrpc: '2.0',
    id: 'id-1',
    method: 'GetTask',
    params: { id: 'task-1' },
  });
});
