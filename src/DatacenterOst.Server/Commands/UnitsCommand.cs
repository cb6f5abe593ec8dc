using System.CommandLine;
using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost units …</c>: convert values and check units by UCUM, between mass and amount with the molar masses of terminology/substances.</summary>
public static class UnitsCommand
{
    // No UCUM code in use has a tenth of this; longer text is not a unit.
    private const int MaxUnitCharacters = 500;

    public static Command Create() => new("units", "Convert values and check units (UCUM).") { Convert(), Check() };

    private static Command Convert()
    {
        var value = new Argument<string>("value") { Description = "A number with a decimal point; the answer keeps its significant digits, a whole number is exact." };
        var from = new Argument<string>("from") { Description = "Its unit, e.g. mmol/L." };
        var to = new Argument<string>("to") { Description = "The unit wanted, e.g. mg/dL." };
        var substance = new Option<string?>("--substance") { Description = "What it is, between mass and amount: a key of terminology/substances or the name of an analysis.", HelpName = "NAME" };
        var exact = new Option<bool>("--exact") { Description = "All digits, however many the value was given with." };
        var store = new StoreOptions();
        var command = new Command("convert", "Convert a value from one unit to another.") { value, from, to, substance, exact };
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(_ =>
        {
            var conversion = new UnitQuestion(
                Number(parsed.GetRequiredValue(value)), Unit(parsed.GetRequiredValue(from), "from"), Unit(parsed.GetRequiredValue(to), "to"), parsed.GetValue(exact));
            var result = conversion.Answer(parsed.GetValue(substance), () => Terminology(store, parsed));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result} {conversion.To}"));
            return Task.FromResult(0);
        }, cancellationToken));
        return command;
    }

    private static Command Check()
    {
        var code = new Argument<string>("code") { Description = "A unit, e.g. mmol/L." };
        var store = new StoreOptions();
        var command = new Command("check", "Is it a unit of UCUM? Prints what it means and its base units.") { code };
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(_ =>
        {
            var text = parsed.GetRequiredValue(code);
            if (Ucum.TryParse(text, out var unit) && text.Length is > 0 and <= MaxUnitCharacters)
            {
                Console.WriteLine($"{unit.Code}: valid, {unit.Display}, in base units {unit.Canonical}");
                return Task.FromResult(0);
            }

            var meant = Terminology(store, parsed).FindUnit(text) is { } spelling ? $"; it is a known spelling, written {spelling.Ucum} in UCUM" : "";
            throw new Problem(ProblemKind.Invalid, Wrong(text) + meant, "code");
        }, cancellationToken));
        return command;
    }

    private static TerminologySnapshot Terminology(StoreOptions store, ParseResult parsed)
        => TerminologySnapshot.Load(Path.Combine(store.Read(parsed).Content, "terminology"));

    private static decimal Number(string text)
        => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new Problem(ProblemKind.Invalid, $"'{text}' is not a number that can be converted; write it with a decimal point, at most 28 digits", "value");

    private static string Unit(string text, string where)
        => text.Length is 0 or > MaxUnitCharacters || Ucum.Validate(text) is not null
            ? throw new Problem(ProblemKind.Invalid, Wrong(text), where)
            : text;

    private static string Wrong(string text) => text.Length switch
    {
        0 => "the unit is empty; for a plain number write 1",
        > MaxUnitCharacters => $"a unit has at most {MaxUnitCharacters} characters",
        _ => Ucum.Validate(text) ?? "the unit is not valid",
    };
}
