declare const types: unique symbol;

/** The text of a GraphQL operation, carrying the types of its answer and of its variables. */
export type Operation<Data, Variables> = string & { readonly [types]?: (variables: Variables) => Data };
