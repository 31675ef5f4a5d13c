// The texts of the language that is shown.
import { en, type Messages } from "./en";

export const text: Messages = en;
