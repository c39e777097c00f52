import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Validates files with the veraPDF engine, one question a line on the input: "2u TAB file". The
 * answer is "PASS" or "FAIL", a line with TAB for each reason, and "." at the end.
 */
public final class Validate {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader questions =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            String[] question = line.split("\t", 2);
            try {
                validate(question[1], PDFAFlavour.byFlavourId(question[0]), answers);
            } catch (Exception error) {
                answers.println("FAIL\n\t" + error.toString().replace('\n', ' '));
            }
            answers.println(".");
        }
    }

    private static void validate(String file, PDFAFlavour flavour, PrintStream answers)
            throws Exception {
        try (InputStream input = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(input, flavour);
                PDFAValidator validator =
                        Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            answers.println(result.isCompliant() ? "PASS" : "FAIL");
            Set<String> reasons = new TreeSet<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                String reason = assertion.getRuleId().getClause() + " " + assertion.getMessage();
                reasons.add(reason.replace('\n', ' '));
            }
            reasons.forEach(reason -> answers.println("\t" + reason));
        }
    }
}
