namespace DatacenterOst.Models.Onnx;

/// <summary>Reads ValueInfoProto and TypeProto: the name, kind and shape of an input or output.</summary>
internal static class ValueReader
{
    public static OnnxValue Read(WireReader reader)
    {
        var value = new OnnxValue("", null, null);
        while (reader.Next())
        {
            if (reader.Field == 1) value = value with { Name = reader.Text() };
            else if (reader.Field == 2) value = Type(reader.Message(), value);
            else reader.Skip();
        }

        return value;
    }

    // A sequence, a map or an optional keeps no kind: as an output it is what ZipMap makes, as an input it is refused later.
    private static OnnxValue Type(WireReader reader, OnnxValue value)
    {
        while (reader.Next())
        {
            if (reader.Field == 1) value = TensorType(reader.Message(), value);
            else reader.Skip();
        }

        return value;
    }

    private static OnnxValue TensorType(WireReader reader, OnnxValue value)
    {
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                var kind = (ElementKind)reader.Integer();
                if (!Enum.IsDefined(kind))
                    throw reader.Refuse($"declares '{value.Name}' with element type {(long)kind}, which is not supported; use float, double, integers, bool or string");
                value = value with { Kind = kind };
            }
            else if (reader.Field == 2)
            {
                value = value with { Dimensions = Shape(reader.Message()) };
            }
            else
            {
                reader.Skip();
            }
        }

        return value;
    }

    private static List<int?> Shape(WireReader reader)
    {
        var dimensions = new List<int?>();
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            reader.Limit(dimensions.Count, OnnxLimits.Rank, "dimensions of one value");
            dimensions.Add(Dimension(reader.Message()));
        }

        return dimensions;
    }

    // ML.NET writes -1 for an open dimension, others leave it out or name it.
    private static int? Dimension(WireReader reader)
    {
        int? dimension = null;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                var size = reader.Integer();
                if (size > OnnxLimits.TensorElements)
                    throw reader.Refuse($"declares a dimension of {size}; {OnnxLimits.TensorElements} at most");
                dimension = size > 0 ? (int)size : null;
            }
            else
            {
                reader.Skip();
            }
        }

        return dimension;
    }
}
