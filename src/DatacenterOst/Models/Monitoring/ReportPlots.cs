using System.Globalization;
using System.Text;

namespace DatacenterOst.Models.Monitoring;

/// <summary>Small pictures of a report, as SVG in the page.</summary>
internal static class ReportPlots
{
    private const int Width = 320;
    private const int Height = 150;
    private const int Edge = 24;

    public static string Bars(IReadOnlyList<double> values, string low, string high)
    {
        var top = Math.Max(1e-12, values.Max());
        var step = (double)(Width - Edge) / values.Count;
        var svg = Open(Width, Height + 20);
        for (var i = 0; i < values.Count; i++)
        {
            var height = values[i] / top * (Height - 12);
            Add(svg, $"<rect x=\"{Edge + (i * step):0.#}\" y=\"{Height - height:0.#}\" width=\"{Math.Max(1, step - 1):0.#}\" height=\"{height:0.#}\" fill=\"#3b6ea5\"/>");
        }

        Add(svg, $"<line x1=\"{Edge}\" y1=\"{Height}\" x2=\"{Width}\" y2=\"{Height}\" stroke=\"#5b6675\"/>");
        Label(svg, Edge, Height + 14, "start", low);
        Label(svg, Width, Height + 14, "end", high);
        Label(svg, 0, 10, "start", top.ToString("0.##", CultureInfo.InvariantCulture));
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Observed (upwards) by expected; on the line both are the same.</summary>
    public static string Calibration(IReadOnlyList<CalibrationBin> bins)
    {
        const int size = 220;
        var svg = Open(size + Edge, size + Edge);
        Add(svg, $"<rect x=\"{Edge}\" y=\"0\" width=\"{size}\" height=\"{size}\" fill=\"none\" stroke=\"#c3cad4\"/>");
        Add(svg, $"<line x1=\"{Edge}\" y1=\"{size}\" x2=\"{Edge + size}\" y2=\"0\" stroke=\"#8a94a3\" stroke-dasharray=\"4 3\"/>");
        var points = bins.Select(bin => FormattableString.Invariant($"{Edge + (bin.Expected * size):0.#},{size - (bin.Observed * size):0.#}")).ToList();
        Add(svg, $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"#3b6ea5\" stroke-width=\"1.5\"/>");
        foreach (var point in points)
        {
            var parts = point.Split(',');
            Add(svg, $"<circle cx=\"{parts[0]}\" cy=\"{parts[1]}\" r=\"3.5\" fill=\"#3b6ea5\"/>");
        }

        Label(svg, Edge, size + 14, "start", "0");
        Label(svg, Edge + size, size + 14, "end", "1");
        Label(svg, Edge + (size / 2), size + 14, "middle", "expected");
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Two distributions over the same bins.</summary>
    public static string Pair(IReadOnlyList<double> then, IReadOnlyList<double> now)
    {
        const int width = 180, height = 34;
        var bins = Math.Max(1, Math.Max(then.Count, now.Count));
        var top = Math.Max(1e-12, then.Concat(now).DefaultIfEmpty(0).Max());
        var step = (double)width / bins;
        var svg = Open(width, height);
        void Draw(IReadOnlyList<double> shares, double offset, string colour)
        {
            for (var i = 0; i < shares.Count; i++)
            {
                var tall = shares[i] / top * height;
                Add(svg, $"<rect x=\"{(i * step) + offset:0.#}\" y=\"{height - tall:0.#}\" width=\"{Math.Max(1, (step / 2) - 0.5):0.#}\" height=\"{tall:0.#}\" fill=\"{colour}\"/>");
            }
        }

        Draw(then, 0, "#b4bcc8");
        Draw(now, step / 2, "#3b6ea5");
        return svg.Append("</svg>").ToString();
    }

    private static StringBuilder Open(int width, int height)
        => new StringBuilder(512).Append(CultureInfo.InvariantCulture, $"<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">");

    private static void Add(StringBuilder svg, FormattableString part) => svg.Append(part.ToString(CultureInfo.InvariantCulture));

    private static void Label(StringBuilder svg, int x, int y, string anchor, string text)
        => Add(svg, $"<text x=\"{x}\" y=\"{y}\" font-size=\"11\" text-anchor=\"{anchor}\" fill=\"#5b6675\">{text}</text>");
}
