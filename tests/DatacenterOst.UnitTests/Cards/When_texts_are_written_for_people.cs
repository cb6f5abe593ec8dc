using System.Globalization;
using System.Text;
using DatacenterOst.Cards;

namespace DatacenterOst.UnitTests.Cards;

public sealed class When_texts_are_written_for_people
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById(CardReader.DefaultZone);

    private static readonly CardReader Danish = new(Language.Danish, Copenhagen);

    private static readonly CardReader English = new(Language.English, Copenhagen);

    [Theory]
    [InlineData("1234.5", "0.0", "1.234,5", "1,234.5")]
    [InlineData("196", "0", "196", "196")]
    [InlineData("2.05", "0.0", "2,1", "2.1")]
    [InlineData("4.30", "0.##", "4,3", "4.3")]
    [InlineData("4", "0.##", "4", "4")]
    [InlineData("-0.5", "0.0", "−0,5", "−0.5")]
    [InlineData("30", "+0", "+30", "+30")]
    [InlineData("-30", "+0", "−30", "−30")]
    [InlineData("1234567", "0", "1.234.567", "1,234,567")]
    public void E06_numbers_are_in_the_readers_format(string number, string shape, string danish, string english)
    {
        var (value, format) = (decimal.Parse(number, CultureInfo.InvariantCulture), NumberShape.Parse(shape, Rounding.Nearest)!.Value);
        Assert.Equal((danish, english), (Danish.Number(value, format), English.Number(value, format)));
    }

    [Fact]
    public void a_ratio_just_below_a_stage_is_not_rounded_up_to_it() =>
        Assert.Equal("1,9", Danish.Number(1.96m, NumberShape.Parse("0.0", Rounding.Down)!.Value));

    [Theory]
    [InlineData("2026-03-01T07:00:00Z", "1. marts 2026 kl. 08.00", "1 March 2026 08:00")]
    [InlineData("2026-07-31T22:30:00Z", "1. august 2026 kl. 00.30", "1 August 2026 00:30")]
    public void E06_times_are_on_the_wards_clock(string instant, string danish, string english)
    {
        var time = DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
        Assert.Equal((danish, english), (Danish.DateAndTime(time), English.DateAndTime(time)));
    }

    [Theory]
    [InlineData(59, "59 min", "59 min")]
    [InlineData(119, "119 min", "119 min")]
    [InlineData(180, "3 timer", "3 hours")]
    [InlineData(47 * 60, "47 timer", "47 hours")]
    [InlineData(48 * 60, "2 dage", "2 days")]
    [InlineData(-180, "om 3 timer", "in 3 hours")]
    public void the_age_of_a_sample_is_in_its_natural_unit(int minutes, string danish, string english) =>
        Assert.Equal((danish, english), (Danish.Age(TimeSpan.FromMinutes(minutes)), English.Age(TimeSpan.FromMinutes(minutes))));

    [Theory]
    [InlineData(null, Language.Danish)]
    [InlineData("", Language.Danish)]
    [InlineData("en", Language.English)]
    [InlineData("en-GB,da;q=0.8", Language.English)]
    [InlineData("en;q=0.5, da-DK;q=0.9", Language.Danish)]
    [InlineData("sv, en;q=0.1", Language.English)]
    [InlineData("sv, *", Language.Danish)]
    [InlineData("en;q=0", Language.Danish)]
    [InlineData("en;q=nonsense", Language.Danish)]
    [InlineData(";;,,=", Language.Danish)]
    public void the_language_follows_the_clients_header(string? header, Language expected) =>
        Assert.Equal(expected, AcceptLanguage.Choose(header, Language.Danish));

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("**bold** _it_ `code` | cell | ~~no~~")]
    [InlineData("see www.example.org or https://example.org or a@example.org")]
    [InlineData("&lt;script&gt; \\<b\\>")]
    [InlineData("# heading\n- item\r\n1. item")]
    [InlineData("abc\u202Edef\u2066ghi\0\u0007")]
    public void K13_outside_text_is_never_markup(string text)
    {
        var (markdown, plain) = (new StringBuilder(), new StringBuilder());
        Escaping.AppendMarkdown(markdown, text);
        Escaping.AppendPlain(plain, text);

        Assert.DoesNotMatch(@"[<>\[\]`*_~|\\@\n\r\u202E\u2066\0\u0007]", markdown.ToString());
        Assert.DoesNotMatch("https?:|www\\.|javascript:", markdown.ToString());
        Assert.DoesNotMatch(@"[<>\[\]`*_~|\\\n\r\u202E\u2066\0\u0007]", plain.ToString());
    }

    [Fact]
    public void E05_letters_of_all_languages_pass_and_long_text_is_cut_visibly()
    {
        var target = new StringBuilder();
        Escaping.AppendMarkdown(target, "Østergård, 3,5 mmol/L (æøå 🩺 عربي)");
        Assert.Equal("Østergård, 3,5 mmol/L (æøå 🩺 عربي)", target.ToString());

        target.Clear();
        Escaping.AppendPlain(target, new string('x', 500));
        Assert.Equal(Escaping.MaxLength + 1, target.Length);
        Assert.EndsWith("…", target.ToString(), StringComparison.Ordinal);
    }
}
