declare const config: import('webpack').Configuration;
export default config;
