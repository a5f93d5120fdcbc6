import java.io.File;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Judges one PDF by the rules of each flavour named ("3a", "3u", "ua1").
 *
 * <p>Prints "checked FLAVOUR RULES" per flavour and before it one line per broken rule. Anything that keeps it from
 * judging ends in an exception, never in silence.
 */
public final class Conformance {
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        File file = new File(arguments[0]);
        for (String name : Arrays.asList(arguments).subList(1, arguments.length)) {
            PDFAFlavour flavour = PDFAFlavour.byFlavourId(name);
            if (flavour == null || flavour == PDFAFlavour.NO_FLAVOUR) {
                throw new IllegalArgumentException("unknown flavour " + name);
            }
            judge(file, flavour);
        }
    }

    private static void judge(File file, PDFAFlavour flavour) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            TreeMap<String, TestAssertion> broken = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    broken.putIfAbsent(rule(assertion), assertion);
                }
            }
            if (broken.isEmpty() != result.isCompliant()) {
                throw new IllegalStateException("verdict and broken rules disagree");
            }
            broken.forEach((rule, first) -> System.out.println(
                    "broken " + flavour.getId() + " " + rule + ": " + oneLine(first.getMessage())
                            + " at " + oneLine(first.getLocation().getContext())));
            System.out.println(
                    "checked " + flavour.getId() + " " + result.getValidationProfile().getRules().size());
        }
    }

    private static String rule(TestAssertion assertion) {
        return assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }
}
