import { AdaptiveClient } from 'a2a-await';

export const run = ({ url, fetch }) => new AdaptiveClient(url, { fetch }).run('Hello');
