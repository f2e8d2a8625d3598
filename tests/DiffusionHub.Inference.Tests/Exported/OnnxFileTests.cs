using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Exported.Onnx;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Tests.Exported;

/// <summary>Files that are damaged or lie: each is refused by name, or harmless.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private readonly TestModel model = TestModel.Unet();

    public void Dispose() => model.Dispose();

    [Fact]
    public void Names_types_shapes_and_places_are_read()
    {
        model.Graph.Constant<float>("weight", OnnxType.Float, [1, 2, 3, 4, 5, 6], [2, 3]);
        model.Write(opset: 17, ir: 9);
        using var read = OnnxModel.Open(model.Path);
        (read.IrVersion, read.OperatorSets[""], read.OperatorSets["com.microsoft"]).ShouldBe((9, 17, 1));
        read.Inputs.Select(i => (i.Name, i.Type)).ShouldBe([("sample", OnnxType.Float), ("timestep", OnnxType.Float), ("encoder_hidden_states", OnnxType.Float)]);
        read.Outputs.Single().Shape.ShouldBe(["batch", 4, "height", "width"]);
        read.Nodes.Select(n => n.Type).ShouldBe(["Cast", "Reshape", "Mul"]);
        read.Nodes[0].Whole("to").ShouldBe(1);
        read.Initializers["weight"].Shape.ShouldBe([2, 3]);
        var data = read.Initializers["weight"].Data!;
        BitConverter.ToSingle(read.All[(int)(data.Offset + 8)..]).ShouldBe(3);
    }

    [Theory]
    [InlineData("../weights.bin", "0", "24", "../weights.bin")]
    [InlineData("a/../../weights.bin", "0", "24", "must lie in a file of the model’s folder")]
    [InlineData("..\\weights.bin", "0", "24", "must lie in a file of the model’s folder")]
    [InlineData("/etc/passwd", "0", "24", "/etc/passwd")]
    [InlineData("", "0", "24", "must lie in a file of the model’s folder")]
    [InlineData("nothing.bin", "0", "24", "missing", "nothing.bin")]
    [InlineData("weights.bin", "8", "24", "begins at byte 8", "24 bytes", "has only 24")]
    [InlineData("weights.bin", "9223372036854775807", "24", "has only 24")]
    [InlineData("weights.bin", "0", "9223372036854775807", "has only 24")]
    [InlineData("weights.bin", "-1", "24", "offset: -1")]
    [InlineData("weights.bin", "0", "1e1", "length: 1e1")]
    [InlineData("weights.bin", "0", "20", "must take 24 bytes, but has 20")]
    public void Weights_outside_of_their_file_or_folder_are_refused(string location, string offset, string length, params string[] says)
    {
        File.WriteAllBytes(Path.Combine(model.Folder, "weights.bin"), new byte[24]);
        Constant(model.Graph, location, offset, length);
        model.Write();
        Refused(says);
    }

    [Fact]
    public void Weights_outside_that_are_hidden_in_a_branch_are_refused()
    {
        var inner = new OnnxGraphWriter();
        Constant(inner, "/etc/passwd", "0", "24");
        model.Graph.Message(1, node => Branch(node, branch => branch.Raw(inner.Graph)));
        model.Write();
        Refused("/etc/passwd");
    }

    [Fact]
    public void Graphs_in_graphs_in_graphs_are_refused()
    {
        var deep = new ProtoWriter();
        for (var i = 0; i < 1000; i++)
        {
            var inner = deep;
            deep = new ProtoWriter();
            deep.Message(1, node => Branch(node, branch => branch.Raw(inner.Written)));
        }

        model.Graph.Copy(deep.Written);
        model.Write();
        Refused("nested");
    }

    [Fact]
    public void A_missing_an_empty_and_another_file_are_refused()
    {
        Refused(model.Path);
        File.WriteAllBytes(model.Path, []);
        Refused("has 0 bytes");
        File.WriteAllText(model.Path, "<html>not found</html>");
        Refused("damaged, or no ONNX model at all");
        File.WriteAllBytes(model.Path, [8, 8]);
        Refused("one graph, found 0");
    }

    [Fact]
    public void A_file_of_nothing_but_parts_is_refused_before_it_fills_the_memory()
    {
        var nodes = new byte[2 * 1_000_000];
        for (var i = 0; i < nodes.Length; i += 2)
        {
            nodes[i] = 0x0A;
        }

        model.Graph.Copy(nodes);
        model.Write();
        Refused("more than 400,000 parts");
    }

    [Fact]
    public void Ten_thousand_damaged_files_do_no_harm()
    {
        var random = new Random(20261121);
        File.WriteAllBytes(Path.Combine(model.Folder, "weights.bin"), new byte[24]);
        Constant(model.Graph, "weights.bin", "0", "24");
        model.Graph.Constant<float>("inside", OnnxType.Float, [1, 2, 3, 4], [4]);
        model.Graph.Message(1, node => Branch(node, branch => branch.Raw(new OnnxGraphWriter().Graph)));
        var whole = model.Bytes();
        var (refused, accepted) = (0, 0);
        for (var i = 0; i < 10_000; i++)
        {
            File.WriteAllBytes(model.Path, Damage(whole, random));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                OnnxModel.Open(model.Path).Dispose();
                accepted++;
            }
            catch (ModelFileException fault)
            {
                fault.Message.ShouldContain(model.Path);
                refused++;
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(500_000);
        }

        refused.ShouldBeGreaterThan(3_000);
        accepted.ShouldBeGreaterThan(100, "some damages are harmless");
    }

    // What is read in spite of damages goes on to the runtime, which has its own reasons to refuse it.
    [Fact]
    public void Damaged_text_encoders_are_refused_or_run()
    {
        var random = new Random(20261122);
        var whole = File.ReadAllBytes(TestFiles.Path("exported", "text.onnx"));
        var (refused, accepted) = (0, 0);
        for (var i = 0; i < 150; i++)
        {
            // The nodes come first, then the weights.
            var bytes = whole.ToArray();
            bytes[random.Next(100_000)] = (byte)random.Next(256);
            File.WriteAllBytes(model.Path, bytes);
            try
            {
                Graph.LoadExported(model.Path, GraphRole.TextEncoder).Dispose();
                accepted++;
            }
            catch (Exception fault) when (fault is ModelFileException or InferenceException)
            {
                fault.Message.ShouldContain(model.Path);
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(20);
        accepted.ShouldBeGreaterThan(20, "some damages are harmless");
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        byte[][] pieces = [[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x80, 0x80, 0x80, 0x08], [0x0A, 0x00], [0x0B], [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x00], [0x08, 0x7F]];
        var bytes = whole.ToArray();
        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                random.NextBytes(bytes.AsSpan(at, Math.Min(8, bytes.Length - at)));
                return bytes;
            default:
                return [.. bytes[..at], .. pieces[random.Next(pieces.Length)], .. bytes[Math.Min(bytes.Length, at + random.Next(6))..]];
        }
    }

    // A node with a graph inside, as If has.
    private static void Branch(ProtoWriter node, Action<ProtoWriter> write)
    {
        node.Text(4, "If");
        node.Message(5, attribute =>
        {
            attribute.Text(1, "then_branch");
            attribute.Message(6, write);
        });
    }

    private static void Constant(OnnxGraphWriter graph, string location, string offset, string length) => graph.Message(5, tensor =>
    {
        tensor.Number(1, 6);
        tensor.Number(2, (long)OnnxType.Float);
        tensor.Text(8, "weight");
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
        {
            tensor.Message(13, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        }

        tensor.Number(14, 1);
    });

    private void Refused(params string[] says)
    {
        var message = Should.Throw<ModelFileException>(() => Graph.LoadExported(model.Path, GraphRole.Unet)).Message;
        says.Append(model.Path).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }
}
