const globals = require("globals");
const jsdoc = require("eslint-plugin-jsdoc");

// What can be a mistake is an error. Layout is Prettier's business.
const rules = {
    eqeqeq: "error",
    "init-declarations": "error",
    "no-alert": "error",
    "no-cond-assign": "error",
    "no-const-assign": "error",
    "no-debugger": "error",
    "no-dupe-args": "error",
    "no-dupe-class-members": "error",
    "no-dupe-keys": "error",
    "no-duplicate-case": "error",
    "no-duplicate-imports": "error",
    "no-empty-function": "error",
    "no-empty-pattern": "error",
    "no-eval": "error",
    "no-ex-assign": "error",
    "no-func-assign": "error",
    "no-lonely-if": "error",
    "no-return-assign": "error",
    "no-shadow": "error",
    "no-undef": "error",
    "no-unneeded-ternary": "error",
    "no-unreachable": "error",
    "no-unused-expressions": "error",
    "no-unused-vars": "error",
    "no-use-before-define": "error",
    "operator-assignment": ["error", "always"],
    "prefer-const": "error",
    "spaced-comment": ["error", "always"],
    "use-isnan": "error",
    "valid-typeof": "error",
    "jsdoc/check-tag-names": "warn",
    "jsdoc/check-types": "warn",
};

const languageOptions = {
    globals: {odoo: "readonly", owl: "readonly", luxon: "readonly", ...globals.browser},
    ecmaVersion: 2024,
};

module.exports = [
    {
        files: ["**/*.js"],
        plugins: {jsdoc},
        languageOptions: {...languageOptions, sourceType: "module"},
        rules,
    },
    {ignores: ["**/lib/**", "**/*.cjs"]},
];
