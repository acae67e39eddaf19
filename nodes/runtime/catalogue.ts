/** The catalogue that all nodes of a site recognise reports by. */
import { type Catalogue, shippedCatalogue } from '../../lib/reports/catalogue.ts';
import { siteCatalogue } from '../../lib/reports/site-files.ts';

/**
 * The site's catalogue. One that cannot be read is told of; work goes on with the shipped one.
 * @param complain is told what is wrong with it; rap-list does so once in each run
 */
export async function catalogueIn(
  home: string,
  complain: (thrown: unknown) => void = () => {},
): Promise<Catalogue> {
  try {
    return await siteCatalogue(home);
  } catch (thrown) {
    complain(thrown);
    return shippedCatalogue();
  }
}
