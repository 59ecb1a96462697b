import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.engines/**', 'data/**', 'infra/**', '*.mjs', 'test/**/*.mjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off', // an async port is implemented by synchronous SQLite too
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allow: ['bigint'] }],
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-restricted-imports': [
        'error',
        {
          name: '@nestjs/cqrs',
          importNames: ['EventBus', 'EventPublisher', 'AggregateRoot', 'Saga', 'EventsHandler'],
          message: 'It swallows errors and runs handlers at once: history is followed by subscriptions.',
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only: a thing has one name.' },
        { selector: 'ExportAllDeclaration[exported]', message: 'No namespace re-exports.' },
      ],
    },
  },
  {
    // What decides is told the time and every id: it can be run again in ten years with the same result.
    files: ['libs/kernel/src/**/*.ts', 'libs/domain/*/src/*/*.ts'],
    ignores: ['**/*.spec.ts', 'libs/kernel/src/clock.ts', 'libs/domain/*/src/csv/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The time arrives with the command.' },
        { object: 'Math', property: 'random', message: 'Chance decides nothing.' },
      ],
      'no-restricted-globals': [
        'error',
        ...['crypto', 'performance', 'process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate'],
      ],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', 'libs/testing/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
