using System.Globalization;

namespace DatacenterOst.Fhir.Queries;

/// <summary><c>near</c> of a Location: its position lies within the distance of one of the places (FHIR R4 location.html#search).</summary>
public sealed record NearCriterion(IReadOnlyList<NearPlace> AnyOf) : Criterion
{
    /// <summary>What counts as near where no distance is given; the standard leaves it to the server.</summary>
    public const decimal UsualKilometres = 25;

    /// <summary>Does the resource have a position near one of the places?</summary>
    public bool Matches(Resource location)
    {
        ArgumentNullException.ThrowIfNull(location);
        var position = location.Root["position"];
        return position["latitude"].AsDecimal() is { } latitude && position["longitude"].AsDecimal() is { } longitude
            && AnyOf.Any(place => place.DistanceTo(latitude, longitude) <= (double)place.Kilometres);
    }

    /// <summary>Reads <c>latitude|longitude|distance|units</c>; without units kilometres are meant.</summary>
    /// <exception cref="SearchException">It is no place on earth, or no distance.</exception>
    internal static NearPlace Read(string name, string text)
    {
        var parts = QueryText.Split(text, '|', 4).ConvertAll(QueryText.Unescape);
        if (parts.Count is < 2 or > 4 || Number(parts[0]) is not (>= -90 and <= 90) || Number(parts[1]) is not (>= -180 and <= 180))
            throw new SearchException($"'{text}' is no place; write latitude|longitude|distance|units in degrees, such as 55.6761|12.5683|10|km", name);
        var distance = parts.Count > 2 && parts[2].Length > 0 ? Number(parts[2]) : UsualKilometres;
        var unit = parts.Count > 3 && parts[3].Length > 0 && parts.Count > 2 && parts[2].Length > 0 ? parts[3] : "km";
        if (distance is not >= 0 || !Ucum.TryConvert(distance.Value, unit == "mi" ? "[mi_i]" : unit, "km", out var kilometres))
            throw new SearchException($"'{text}' has no distance; write a number and a unit of length, such as 10|km, 500|m or 5|[mi_i]", name);
        return new NearPlace(Number(parts[0])!.Value, Number(parts[1])!.Value, kilometres);
    }

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A place and the distance around it.</summary>
/// <param name="Latitude">Degrees, WGS 84.</param>
/// <param name="Longitude">Degrees, WGS 84.</param>
public sealed record NearPlace(decimal Latitude, decimal Longitude, decimal Kilometres)
{
    /// <summary>The mean radius of the earth (IUGG).</summary>
    private const double EarthKilometres = 6371.0088;

    /// <summary>Kilometres along the great circle (haversine); the earth as a sphere, wrong by 0.5 % at most.</summary>
    public double DistanceTo(decimal latitude, decimal longitude)
    {
        var (one, other) = (Radians(Latitude), Radians(latitude));
        var (up, round) = (Math.Sin((other - one) / 2), Math.Sin(Radians(longitude - Longitude) / 2));
        var share = up * up + Math.Cos(one) * Math.Cos(other) * round * round;
        return 2 * EarthKilometres * Math.Asin(Math.Sqrt(Math.Min(1, share)));
    }

    private static double Radians(decimal degrees) => (double)degrees * Math.PI / 180;
}
