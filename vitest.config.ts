import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      // Many of them run real programs, on machines that may be busy: a hook that waits for those must not give up early.
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          globalSetup: 'test/compile.js',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
