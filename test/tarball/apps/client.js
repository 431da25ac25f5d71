import { A2AClient } from 'a2a-await';

export const run = ({ url, fetch }) => new A2AClient(url, { fetch }).run('Hello');
