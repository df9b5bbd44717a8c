import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * The plugin's web part, one file. What the host brings is not in it: these names are globals of the web client.
 * Nothing is evaluated from strings and there are no source maps inside: the host's policy is `script-src 'self'`.
 *
 * @type {import('webpack-cli').WebpackConfiguration}
 */
export default {
  mode: 'production',
  context: here,
  entry: './src/index.ts',
  output: { path: `${here}dist`, filename: 'main.js', clean: true },
  devtool: false,
  target: ['web', 'es2020'],
  externals: {
    react: 'React',
    'react-dom': 'ReactDOM',
    'react-intl': 'ReactIntl',
    'react-redux': 'ReactRedux',
    redux: 'Redux',
  },
  resolve: { extensions: ['.ts', '.tsx', '.js'] },
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        loader: 'ts-loader',
        // Types are checked by `tsc -p plugin/webapp`, which `make check` runs.
        options: { transpileOnly: true, configFile: `${here}tsconfig.json` },
      },
      // A string, so that the plugin can take its style sheet away again.
      {
        test: /\.css$/,
        use: [
          { loader: 'css-loader', options: { exportType: 'string', sourceMap: false, importLoaders: 1 } },
          `${here}squeeze-css.cjs`,
        ],
      },
    ],
  },
  performance: { hints: false },
};
