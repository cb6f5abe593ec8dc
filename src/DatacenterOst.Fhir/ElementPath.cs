using System.Globalization;
using System.Text;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>Finds the way from the root of a resource to one of its nodes.</summary>
internal static class ElementPath
{
    public static string Of(Resource resource, int index)
    {
        var path = new StringBuilder(resource.TypeName);
        for (var at = 0; at != index;)
        {
            var (next, step) = Step(new Element(resource, at), index);
            if (next < 0) break;
            path.Append(step);
            at = next;
        }
        return path.ToString();
    }

    /// <summary>The nodes from the root to this one, both included.</summary>
    public static List<int> Ancestors(Resource resource, int index)
    {
        var nodes = new List<int> { 0 };
        while (nodes[^1] != index)
        {
            var (next, _) = Step(new Element(resource, nodes[^1]), index);
            if (next < 0) break;
            nodes.Add(next);
        }
        return nodes;
    }

    private static (int Next, string Step) Step(Element parent, int index)
    {
        var item = 0;
        var previous = -1;
        foreach (var child in parent.Children())
        {
            ref readonly var node = ref child.Node;
            item = node.Slot == previous ? item + 1 : 0;
            previous = node.Slot;
            if (!Covers(child, index)) continue;
            var slot = Structures.Current.Slots[node.Slot];
            return (child.Index, slot.Element.IsArray ? string.Create(CultureInfo.InvariantCulture, $".{slot.Element.Name}[{item}]") : "." + slot.Element.Name);
        }
        return (-1, "");
    }

    private static bool Covers(Element child, int index)
    {
        ref readonly var node = ref child.Node;
        if (index == child.Index) return true;
        if ((node.Flags & NodeFlags.HasShadow) != 0) return index >= node.Next && index < child.Owner!.Nodes[node.Next].Next;
        return index > child.Index && index < node.Next;
    }
}
