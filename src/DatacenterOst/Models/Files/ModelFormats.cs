namespace DatacenterOst.Models.Files;

/// <summary>What a model file is.</summary>
public enum ModelFormat
{
    Unknown,
    XgboostJson,
    XgboostUbj,
    XgboostBinary,
    LightGbmText,
    Onnx,
    LinearJson,
}

/// <summary>Tells formats by the first bytes; names of files say nothing.</summary>
public static class ModelFormats
{
    public static ModelFormat Of(ReadOnlySpan<byte> file)
    {
        // In UBJ a key's length, with its type, follows the brace; in JSON only blanks and quotes do.
        if (file.Length >= 2 && file[0] == '{' && "iUIlL$#".AsSpan().Contains((char)file[1])) return ModelFormat.XgboostUbj;
        if (file.TrimStart("\uFEFF \t\r\n"u8).StartsWith("{"u8)) return IsLinear(file) ? ModelFormat.LinearJson : ModelFormat.XgboostJson;
        if (file.StartsWith("tree\n"u8) || file.StartsWith("tree\r\n"u8)) return ModelFormat.LightGbmText;
        if (file.StartsWith("binf"u8) || file.StartsWith("bs64"u8)) return ModelFormat.XgboostBinary;
        // ModelProto begins with its field 1, ir_version, a small number.
        return file.Length >= 2 && file[0] == 0x08 && file[1] is > 0 and < 0x80 ? ModelFormat.Onnx : ModelFormat.Unknown;
    }

    // Both are JSON. A linear model is a few names and numbers; only XGBoost has a learner.
    private static bool IsLinear(ReadOnlySpan<byte> file) => file.IndexOf("\"coefficients\""u8) >= 0 && file.IndexOf("\"learner\""u8) < 0;
}
