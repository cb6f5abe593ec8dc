using System.Globalization;
using System.Text;
using DatacenterOst.Fhir;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Fhir;

using Ucum = DatacenterOst.Fhir.Ucum;

/// <summary>Properties of generated values.</summary>
public sealed class What_always_holds
{
    private static readonly string[] Formats = ["yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.fffzzz"];
    private static readonly string[] Masses = ["kg", "g", "mg", "ug", "ng", "[lb_av]", "[oz_av]", "t", "[gr]"];

    private static readonly Gen<DateTimeOffset> Instants =
        from ticks in Gen.Choose(0, int.MaxValue)
        from minutes in Gen.Choose(-14 * 60, 14 * 60)
        select new DateTimeOffset(1, 1, 3, 0, 0, 0, TimeSpan.Zero).AddSeconds(ticks * 30d).ToOffset(TimeSpan.FromMinutes(minutes));

    private static void Holds<T>(Gen<T> values, Func<T, bool> property) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(values.ToArbitrary(), property));

    [Fact]
    public void a_date_is_written_as_it_was_read() => Holds(
        from instant in Instants from format in Gen.Elements(Formats) select instant.ToString(format, CultureInfo.InvariantCulture),
        text => FhirDateTime.Parse(text).ToString() == text);

    [Fact]
    public void a_less_precise_date_covers_the_more_precise_one() => Holds(
        from instant in Instants from fine in Gen.Choose(1, 4) from coarse in Gen.Choose(0, 2) where coarse < fine select (instant.ToUniversalTime(), fine, coarse),
        given =>
        {
            var fine = FhirDateTime.Parse(given.Item1.ToString(Formats[given.fine], CultureInfo.InvariantCulture));
            var coarse = FhirDateTime.Parse(given.Item1.ToString(Formats[given.coarse], CultureInfo.InvariantCulture));
            return coarse.Low <= fine.Low && fine.High <= coarse.High && fine.Low < fine.High;
        });

    [Fact]
    public void dates_compare_the_same_from_both_sides() => Holds(
        from a in Instants
        from b in Instants
        from f in Gen.Elements(Formats)
        from g in Gen.Elements(Formats)
        select (a.ToString(f, CultureInfo.InvariantCulture), b.ToString(g, CultureInfo.InvariantCulture)),
        pair =>
        {
            var (a, b) = (Literal(pair.Item1), Literal(pair.Item2));
            return Path($"{a} < {b}") == Path($"{b} > {a}") && Path($"{a} = {b}") == Path($"{b} = {a}") && Path($"({a} <= {b}).empty()") == Path($"({b} < {a}).empty()");
        });

    [Fact]
    public void a_resource_comes_back_with_its_decimals_and_texts() => Holds(
        from whole in Gen.Choose(-1_000_000, 1_000_000) from scale in Gen.Choose(0, 12) from text in ArbMap.Default.GeneratorFor<string>() select (new decimal(Math.Abs(whole), 0, 0, whole < 0, (byte)scale), text ?? ""),
        given =>
        {
            var number = given.Item1.ToString(CultureInfo.InvariantCulture);
            var text = new string([.. given.Item2.Where(c => c >= ' ' && !char.IsSurrogate(c) && c < '\uFFFE'), 'x']);
            var json = $$"""{"resourceType":"Observation","note":[{"text":{{System.Text.Json.JsonSerializer.Serialize(text)}}}],"valueQuantity":{"value":{{number}} } }""";
            var read = Resource.ParseXml(Resource.ParseJson(Encoding.UTF8.GetBytes(json)).ToXml());
            return read.Root["value"]["value"].DecimalText == number && read.Root["note"]["text"].AsString() == text && Resource.ParseJson(read.ToJson()).Root["value"]["value"].AsDecimal() == given.Item1;
        });

    [Fact]
    public void collections_obey_their_laws() => Holds(
        from a in Gen.Choose(0, 9).ListOf(6) from b in Gen.Choose(0, 9).ListOf(6) select (List(a), List(b)),
        given =>
        {
            var (a, b) = given;
            return Path($"({a} | {b}) ~ ({b} | {a})") == "true"
                && Path($"({a}).intersect({b}).subsetOf({a})") == "true"
                && Path($"({a}).exclude({b}).intersect({b}).empty()") == "true"
                && Path($"({a}).where($this > 4).count() + ({a}).where(($this > 4).not()).count() = ({a}).count()") == "true"
                && Path($"({a}).combine({b}).distinct() ~ ({a} | {b})") == "true"
                && Path($"({a}).all($this < 5) = ({a}).exists(($this < 5).not()).not()") == "true";
        });

    [Fact]
    public void units_convert_there_and_back() => Holds(
        from value in Gen.Choose(-100_000, 100_000) from a in Gen.Elements(Masses) from b in Gen.Elements(Masses) select (value / 100m, a, b),
        given =>
        {
            var there = Ucum.Convert(given.Item1, given.a, given.b);
            var back = Ucum.Convert(there, given.b, given.a);
            return Math.Abs(back - given.Item1) <= Math.Abs(given.Item1) * 1e-12m + 1e-16m;
        });

    private static string Literal(string text) => "@" + text;
    private static string List(IEnumerable<int> values) => string.Join(" | ", values) is { Length: > 0 } list ? list : "{}";
    private static string Path(string expression) => FhirPathExpression.Parse(expression).First(default).ToString();
}
