// Rules about constructing a client.
export const configuration = []
