using System.Globalization;
using System.Net;
using System.Text;

namespace DatacenterOst.Models.Evaluation;

/// <summary>One chart as inline SVG: axes, lines, points, bars. Nothing from outside, so that a report is one file that opens anywhere.</summary>
internal sealed class SvgChart
{
    private const double Width = 420;
    private const double Height = 320;
    private const double Left = 52;
    private const double Right = 14;
    private const double Top = 34;
    private const double Bottom = 46;

    private readonly StringBuilder marks = new();
    private readonly List<(string Label, string Class)> legend = [];
    private readonly string title;
    private readonly string x;
    private readonly string y;
    private readonly (double From, double To) xs;
    private readonly (double From, double To) ys;

    public SvgChart(string title, (string X, string Y) axes, (double From, double To) xs, (double From, double To) ys)
        => (this.title, x, y, this.xs, this.ys) = (title, axes.X, axes.Y, xs, ys);

    /// <param name="style">Class of the style sheet: main, beside, guide.</param>
    public SvgChart Line(IEnumerable<(double X, double Y)> points, string style, string? label = null)
    {
        var path = string.Join(' ', points.Select(point => $"{N(AtX(point.X))},{N(AtY(point.Y))}"));
        marks.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{style}\" points=\"{path}\"/>");
        if (label is not null) legend.Add((label, style));
        return this;
    }

    /// <summary>A point with the bar of its interval, and words that show when it is pointed at.</summary>
    public SvgChart Point(double at, double value, (double Low, double High) interval, string words)
    {
        marks.Append(CultureInfo.InvariantCulture, $"<g class=\"point\"><title>{WebUtility.HtmlEncode(words)}</title>");
        marks.Append(CultureInfo.InvariantCulture, $"<line x1=\"{N(AtX(at))}\" x2=\"{N(AtX(at))}\" y1=\"{N(AtY(interval.Low))}\" y2=\"{N(AtY(interval.High))}\"/>");
        marks.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{N(AtX(at))}\" cy=\"{N(AtY(value))}\" r=\"4\"/></g>");
        return this;
    }

    public SvgChart Bar(double from, double to, double value, string style, string words)
    {
        var (left, top) = (AtX(from), AtY(value));
        marks.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{N(left)}\" y=\"{N(top)}\" width=\"{N(AtX(to) - left - 1)}\" height=\"{N(AtY(ys.From) - top)}\"><title>{WebUtility.HtmlEncode(words)}</title></rect>");
        return this;
    }

    public SvgChart Named(string label, string style)
    {
        legend.Add((label, style));
        return this;
    }

    public string Draw()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{Left}\" y=\"18\">{WebUtility.HtmlEncode(title)}</text>");
        Grid(svg);
        svg.Append(marks);
        Legend(svg);
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(x)}</text>");
        var middle = (Top + Height - Bottom) / 2;
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"14\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {middle})\">{WebUtility.HtmlEncode(y)}</text></svg>");
        return svg.ToString();
    }

    private void Grid(StringBuilder svg)
    {
        foreach (var tick in Ticks(xs))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{N(AtX(tick))}\" x2=\"{N(AtX(tick))}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{N(AtX(tick))}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{Say(tick)}</text>");
        }

        foreach (var tick in Ticks(ys))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{N(AtY(tick))}\" y2=\"{N(AtY(tick))}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left - 6}\" y=\"{N(AtY(tick) + 3)}\" text-anchor=\"end\">{Say(tick)}</text>");
        }
    }

    private void Legend(StringBuilder svg)
    {
        for (var i = 0; i < legend.Count; i++)
        {
            var at = Top + 12 + (i * 15);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"{legend[i].Class}\" x1=\"{Width - Right - 150}\" x2=\"{Width - Right - 130}\" y1=\"{at - 3}\" y2=\"{at - 3}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Width - Right - 125}\" y=\"{at}\">{WebUtility.HtmlEncode(legend[i].Label)}</text>");
        }
    }

    /// <summary>About five round numbers.</summary>
    private static IEnumerable<double> Ticks((double From, double To) range)
    {
        var raw = (range.To - range.From) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
        for (var tick = Math.Ceiling(range.From / step) * step; tick <= range.To + (step * 1e-6); tick += step) yield return tick;
    }

    private double AtX(double value) => Left + ((Math.Clamp(value, xs.From, xs.To) - xs.From) / (xs.To - xs.From) * (Width - Left - Right));

    private double AtY(double value) => Height - Bottom - ((Math.Clamp(value, ys.From, ys.To) - ys.From) / (ys.To - ys.From) * (Height - Top - Bottom));

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Say(double value) => Math.Abs(value) < 1e-12 ? "0" : value.ToString("0.###", CultureInfo.InvariantCulture);
}
