using EmbedKit.Runtime;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>
/// DINO (Caron et al. 2021): a student that sees any view of an image predicts what its own moving average, the teacher, says of another
/// whole view. The teacher's output is sharpened, and centred as in DINOv2 by Sinkhorn and Knopp's iteration (Caron et al. 2020), which
/// spreads every batch over all prototypes, so that neither can collapse. DINOv2's KoLeo term (Oquab et al. 2023; Sablayrolles et al. 2019)
/// pushes the class tokens of different images apart. No labels, no text.
/// </summary>
internal sealed class SelfDistillation : IDisposable
{
    private const int LocalCrops = 4;
    private const double StudentTemperature = 0.1;
    private const double TeacherTemperature = 0.05;
    private const int SinkhornIterations = 3;
    private const double TeacherMomentum = 0.99;

    // DINOv2's weight.
    private const double SpreadWeight = 0.1;
    private readonly VisionTransformer _student;
    private readonly PrototypeHead _studentHead;
    private readonly PrototypeHead _teacherHead;
    private readonly Optimisation _optimisation;

    /// <param name="student">Learns by gradients.</param>
    /// <param name="teacher">The same shape; becomes the moving average of the student, and is what is kept in the end.</param>
    /// <param name="options">How the student learns.</param>
    /// <param name="generator">Source of the heads' weights.</param>
    internal SelfDistillation(VisionTransformer student, VisionTransformer teacher, OptimisationOptions options, Generator generator)
    {
        (_student, Teacher) = (student, teacher);
        _studentHead = new(student.Options.Transformer.Width, generator);
        _teacherHead = new(student.Options.Transformer.Width, generator);
        teacher.load_state_dict(student.state_dict());
        _teacherHead.load_state_dict(_studentHead.state_dict());
        _optimisation = new(student.parameters().Concat(_studentHead.parameters()), options);
    }

    /// <summary>The moving average of the student.</summary>
    internal VisionTransformer Teacher { get; }

    /// <summary>One step on two whole and four local views of each image.</summary>
    /// <param name="images">B×3×S×S, normalised.</param>
    /// <param name="random">The source of the views.</param>
    /// <returns>The cross-entropy of student against teacher, ln(prototypes) when nothing is learned, and a tenth of the KoLeo term.</returns>
    internal float Step(Tensor images, SeededRandom random)
    {
        var size = (int)images.shape[2];
        var loss = _optimisation.Step(() =>
        {
            var whole = Views(images, 2, size, 0.4, 1, random);
            var local = Views(images, LocalCrops, size / 2, 0.1, 0.4, random);
            var target = Target(whole);
            var tokens = _student.forward(whole);
            var predicted = torch.cat([_studentHead.forward(tokens), _studentHead.forward(_student.forward(local))])
                .Times(1 / StudentTemperature).log_softmax(1).view(2 + LocalCrops, images.shape[0], -1);
            var terms = from teacher in Enumerable.Range(0, 2)
                        from student in Enumerable.Range(0, 2 + LocalCrops)
                        where student != teacher
                        select -(target[teacher] * predicted[student]).sum(1).mean();
            return torch.stack(terms).mean().Plus(Crowding(tokens.view(2, images.shape[0], -1)).Times(SpreadWeight));
        });
        UpdateTeacher();
        return loss;
    }

    public void Dispose()
    {
        _optimisation.Dispose();
        _studentHead.Dispose();
        _teacherHead.Dispose();
    }

    private static Tensor Views(Tensor images, int count, int size, double minArea, double maxArea, SeededRandom random) => torch.cat(
        [.. Enumerable.Range(0, count)
            .Select(_ => ImageAugmentation.Jitter(ImageAugmentation.Crop(images, size, minArea, maxArea, mirror: true, random), 0.15, random))]);

    /// <summary>KoLeo: minus the mean log distance of each image to its nearest neighbour in the batch, on the unit sphere, within each
    /// view.</summary>
    /// <param name="tokens">2×B×W.</param>
    private static Tensor Crowding(Tensor tokens)
    {
        var units = nn.functional.normalize(tokens, 2, 2);
        var itself = torch.eye(tokens.shape[1]).Times(-10);
        var cosine = torch.matmul(units, units.transpose(1, 2)).Plus(itself).amax([2]);
        return cosine.Times(-2).Plus(2 + 1e-6).log().mean().Times(-0.5);
    }

    /// <summary>
    /// The teacher's answer, 2×B×K: sharpened scores, scaled in turn so that every prototype gets the same share of the batch and every
    /// view's shares add up to one.
    /// </summary>
    private Tensor Target(Tensor whole)
    {
        using var noGradient = no_grad();
        var shares = _teacherHead.forward(Teacher.forward(whole)).Times(1 / TeacherTemperature).exp();
        for (var i = 0; i < SinkhornIterations; i++)
        {
            shares /= shares.sum(0, keepdim: true);
            shares /= shares.sum(1, keepdim: true);
        }

        return shares.view(2, whole.shape[0] / 2, -1);
    }

    private void UpdateTeacher()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var pairs = Teacher.parameters().Zip(_student.parameters()).Concat(_teacherHead.parameters().Zip(_studentHead.parameters()));
        foreach (var (teacher, student) in pairs)
        {
            teacher.PlusInPlace(student - teacher, 1 - TeacherMomentum);
        }
    }
}
