import { globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Typed lint for the server, the bots and the apps. Format and plain lint are Biome's. */
export default tseslint.config(
  globalIgnores(['**/node_modules/**', '**/dist/**', '**/generated/**']),
  {
    files: ['{server,bots}/**/*.ts', 'smart-apps/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // A function that implements an asynchronous contract need not wait for anything itself.
      '@typescript-eslint/require-await': 'off',
      // The compiler's noUnusedLocals and noUnusedParameters say the same.
      '@typescript-eslint/no-unused-vars': 'off',
      // Our functions and closures do not use `this`.
      '@typescript-eslint/unbound-method': 'off',
      // What a template takes is text, a number or URLSearchParams; the compiler's types say enough.
      '@typescript-eslint/restrict-template-expressions': 'off',
      // JSON values are of unknown type until a schema has read them; what they look like as text is our choice.
      '@typescript-eslint/no-base-to-string': 'off',
      // Under noUncheckedIndexedAccess it contradicts itself on elements of arrays.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
    },
  },
  {
    // What a test reads back is asserted, not trusted.
    files: ['**/*.test.ts', '**/testing.ts', '**/testing/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // An asynchronous handler of a server that a test plays.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
);
