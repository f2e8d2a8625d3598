using DiffusionHub.Pipelines.Evaluation;
using DiffusionHub.Pipelines.Tests.Catalogue;

namespace DiffusionHub.Pipelines.Tests.Evaluation;

[Collection(nameof(SproutFixture))]
public sealed class ModelEvaluationTests(SproutFixture sprout) : CatalogueTest
{
    [Fact]
    public void Pictures_of_captions_are_measured()
    {
        using var evaluator = Evaluator.Load(EvaluatorFiles.New(At("measure")));
        var told = new List<int>();
        var evaluation = new ModelEvaluation(sprout.Pipeline, evaluator) { Progress = told.Add };
        var report = evaluation.Run(SproutFixture.Request("not this", steps: 1, seed: 3), 4, CancellationToken.None);
        told.ShouldBe([1, 2, 3, 4]);
        (report.Model, report.Pictures, report.Seed, report.Steps, report.Features).ShouldBe(("sprout", 4, 3, 1, 16));
        report.FrechetDistance.ShouldBeInRange(0.01, 1e4);
        report.RealFrechetDistance.ShouldBe(FrechetDistance.Between(Moments.Of([.. new[] { 0, 1, 3, 4 }.Select(evaluator.Reference.FeaturesOf)]), evaluator.Reference.Moments));
        report.Retrieval.Captions.ShouldBe(4);
        report.Sharpness.ShouldBeInRange(0.001, 0.5);
        report.SharpnessRatio.ShouldBe(report.Sharpness / 0.04, 1e-9);
        report.Closest.Count.ShouldBe(4);
        report.Closest.Select(close => close.Ratio).ShouldBeInOrder();
        report.NeighbourMedian.ShouldBe((report.Closest[1].Ratio + report.Closest[2].Ratio) / 2, 1e-9);
        // Every floor(i·6/4)-th of six captions, each with the next seed.
        report.Closest.OrderBy(close => close.Seed).Select(close => (close.Prompt, close.Seed)).ShouldBe(new[] { 0, 1, 3, 4 }.Select((caption, i) => (EvaluatorFiles.Captions[caption], 3L + i)));
        report.PicturesASecond.ShouldBeGreaterThan(0);
        report.Notes.ShouldHaveSingleItem().ShouldContain("17");
        var again = evaluation.Run(SproutFixture.Request(steps: 1, seed: 3), 4, CancellationToken.None);
        (again.FrechetDistance, again.Sharpness, again.Retrieval, again.NeighbourMedian).ShouldBe((report.FrechetDistance, report.Sharpness, report.Retrieval, report.NeighbourMedian));
    }

    [Fact]
    public void It_ends_when_it_is_cancelled()
    {
        using var evaluator = Evaluator.Load(EvaluatorFiles.New(At("measure")));
        using var cancel = new CancellationTokenSource();
        var evaluation = new ModelEvaluation(sprout.Pipeline, evaluator) { Progress = _ => cancel.Cancel() };
        Should.Throw<OperationCanceledException>(() => evaluation.Run(SproutFixture.Request(steps: 1), 4, cancel.Token));
    }

    [Fact]
    public void A_model_keeps_its_evaluator_through_import_and_check()
    {
        var folder = ModelFiles.Another(At("mine"));
        EvaluatorFiles.New(Path.Combine(folder, Evaluator.FolderName));
        Import(folder).Kind.ShouldBe("model");
        Item("mine").ShouldSatisfyAllConditions(i => i.Fault.ShouldBeNull(), i => i.Model!.Family.ShouldBe("StableDiffusion"), i => i.Notice.ShouldBeNull());
        Entries.Check("mine", _ => { }, CancellationToken.None).ShouldBeEmpty();
        using var evaluator = Evaluator.Load(Path.Combine(ModelsFolder, "mine", Evaluator.FolderName));
        evaluator.Reference.Captions.Count.ShouldBe(6);
    }
}
