// Threads run compiled files: unit tests that start some find them up to date.
export { build as setup } from '../scripts/build.js';
