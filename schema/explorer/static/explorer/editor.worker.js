import{a}from"./chunk-RDJ4FEUT.js";import"./chunk-FR2F52J3.js";import"./chunk-5B42PGCR.js";import"./chunk-IYWUY3VA.js";export{a as initialize};
