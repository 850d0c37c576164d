/** The world's own address. */
export const ADDRESS = '10.99.0.1'
