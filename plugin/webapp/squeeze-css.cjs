/**
 * A webpack loader: a style sheet without comments and blanks that say nothing. No string and no address in our sheets has
 * two blanks, or one beside a brace, a semicolon or a comma.
 *
 * @param {string} sheet
 */
module.exports = (sheet) =>
  sheet
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;\}/g, '}')
    .trim();
