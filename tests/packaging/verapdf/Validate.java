import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Validates every file named as PDF/A-2u with the veraPDF engine: one line "PASS|FAIL TAB file". */
public final class Validate {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.PDFA_2_U;
        for (String file : files) {
            try (InputStream input = new FileInputStream(file);
                    PDFAParser parser = Foundries.defaultInstance().createParser(input, flavour);
                    PDFAValidator validator =
                            Foundries.defaultInstance().createValidator(flavour, false)) {
                ValidationResult result = validator.validate(parser);
                System.out.println((result.isCompliant() ? "PASS" : "FAIL") + "\t" + file);
                Set<String> reasons = new TreeSet<>();
                for (TestAssertion assertion : result.getTestAssertions()) {
                    reasons.add(assertion.getRuleId().getClause() + " " + assertion.getMessage());
                }
                reasons.forEach(reason -> System.out.println("\t" + reason));
            }
        }
    }
}
