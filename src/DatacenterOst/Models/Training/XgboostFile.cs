using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace DatacenterOst.Models.Training;

/// <summary>
/// Writes learnt trees as an XGBoost 1.7 JSON model (XGBoost documentation, "Introduction to Model IO", doc/model.schema), so that
/// XGBoost itself and every tool that reads its files can score them.
/// </summary>
public static class XgboostFile
{
    private static readonly int[] FormatVersion = [1, 7, 4];

    public static byte[] Write(BoostedTrees model)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("learner");
            json.WriteStartObject("attributes");
            json.WriteEndObject();
            Texts(json, "feature_names", model.Inputs);
            Texts(json, "feature_types", model.Inputs.Select(_ => "float"));
            Booster(json, model);
            Parameters(json, model);
            json.WriteEndObject();
            Integers(json, "version", FormatVersion);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Booster(Utf8JsonWriter json, BoostedTrees model)
    {
        json.WriteStartObject("gradient_booster");
        json.WriteStartObject("model");
        json.WriteStartObject("gbtree_model_param");
        json.WriteString("num_parallel_tree", "1");
        json.WriteString("num_trees", Text(model.Rounds));
        json.WriteString("size_leaf_vector", "0");
        json.WriteEndObject();
        Integers(json, "tree_info", model.Trees.Select(_ => 0));
        json.WriteStartArray("trees");
        for (var i = 0; i < model.Trees.Count; i++) Tree(json, i, model.Trees[i].Nodes, model.Inputs.Count);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("name", "gbtree");
        json.WriteEndObject();
    }

    private static void Tree(Utf8JsonWriter json, int id, IReadOnlyList<TreeNode> nodes, int inputs)
    {
        json.WriteStartObject();
        Numbers(json, "base_weights", nodes.Select(node => node.Weight));
        foreach (var empty in new[] { "categories", "categories_nodes", "categories_segments", "categories_sizes" }) Integers(json, empty, []);
        Integers(json, "default_left", nodes.Select(node => node.MissingLeft ? 1 : 0));
        json.WriteNumber("id", id);
        Integers(json, "left_children", nodes.Select(node => node.Left));
        Numbers(json, "loss_changes", nodes.Select(node => node.Gain));
        Integers(json, "parents", nodes.Select(node => node.Parent < 0 ? int.MaxValue : node.Parent));
        Integers(json, "right_children", nodes.Select(node => node.Right));
        Numbers(json, "split_conditions", nodes.Select(node => node.Cut));
        Integers(json, "split_indices", nodes.Select(node => node.Input));
        Integers(json, "split_type", nodes.Select(_ => 0));
        Numbers(json, "sum_hessian", nodes.Select(node => node.Hessian));
        json.WriteStartObject("tree_param");
        json.WriteString("num_deleted", "0");
        json.WriteString("num_feature", Text(inputs));
        json.WriteString("num_nodes", Text(nodes.Count));
        json.WriteString("size_leaf_vector", "0");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Parameters(Utf8JsonWriter json, BoostedTrees model)
    {
        var logistic = model.Settings.Objective == BoostingObjective.Logistic;
        json.WriteStartObject("learner_model_param");
        json.WriteString("base_score", ((float)model.Settings.BaseScore).ToString("R", CultureInfo.InvariantCulture));
        json.WriteString("boost_from_average", "1");
        json.WriteString("num_class", "0");
        json.WriteString("num_feature", Text(model.Inputs.Count));
        json.WriteString("num_target", "1");
        json.WriteEndObject();
        json.WriteStartObject("objective");
        json.WriteString("name", logistic ? "binary:logistic" : "reg:squarederror");
        json.WriteStartObject("reg_loss_param");
        json.WriteString("scale_pos_weight", "1");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Integers(Utf8JsonWriter json, string name, IEnumerable<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteRawValue(Number(value), skipInputValidation: true);
        json.WriteEndArray();
    }

    // XGBoost's own reader tells integers from floats by how they are written, and refuses 0 where it wants 0.0.
    private static string Number(float value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
