/** Another one for each run; `A2A_SEED=123 npm run test:long` has one again. */
export const seed = Number(process.env['A2A_SEED'] ?? Date.now() % 2 ** 31);

console.log(`A2A_SEED=${seed}`);
